"""Which kernels the libraries of linear algebra chose, and how many threads they take."""
from threadpoolctl import threadpool_info


def blas() -> list[str]:
    return [
        " ".join(str(part) for part in (i["internal_api"], i["version"], i.get("architecture")) if part)
        + f", {i['num_threads']} thread(s)"
        for i in threadpool_info()
    ]
