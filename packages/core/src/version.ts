/** The version of Tangentlab, as headers and plugins see it. A test holds it against package.json. */
export const VERSION = '0.1.0';
