/**
 * The device of the mode that was found to run.
 */
import type { GpuJs } from '../gpu-js.js';
import { type GpuMode, openGpu } from '../mode/gpu-mode.js';
import type { Device } from './device.js';
import { HostDevice } from './host-device.js';
import { QueueDevice } from './queue-device.js';
import { TextureDevice } from './texture-device.js';

/** Opens gpu.js in the mode asked for, or one that stands in for it. *Throws* BACKEND_UNAVAILABLE. */
export async function openDevice(gpuJs: GpuJs, asked: GpuMode, fallback: boolean): Promise<Device> {
  const open = await openGpu(gpuJs, asked, fallback);
  switch (open.mode) {
    case 'cpu':
    case 'webasm':
      return new HostDevice(gpuJs, open);
    case 'webgl':
    case 'webgl2':
      return new TextureDevice(open);
    case 'async':
    case 'webgpu':
      return new QueueDevice(gpuJs, open);
  }
}
