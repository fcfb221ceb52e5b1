"""The step of training in PyTorch: the loop of the seed document, which takes the rows as they stand."""
import shutil

import torch
from torch import nn, optim

from program import Prepared, Task
from made_up_data import ROWS, SHAPES, table

THREADS = torch.get_num_threads()  # what PyTorch takes if it is not told


def perceptron(widths, dropout):
    layers = []
    for fan_in, fan_out in zip(widths[:-2], widths[1:-1]):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()] + ([nn.Dropout(dropout)] if dropout > 0 else [])
    return nn.Sequential(*layers, nn.Linear(widths[-2], widths[-1]))


def prepare(shape, threads, fused=False, compiled=False):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    x, y = (torch.from_numpy(part) for part in table(shape))
    batch = shape["batch"]
    model = perceptron(shape["widths"], shape["dropout"])
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=1e-3, fused=fused)

    def loss_of(rows, classes):
        return criterion(model(rows), classes)

    batch_loss = torch.compile(loss_of) if compiled else loss_of
    with torch.no_grad():
        before = loss_of(x, y).item()

    def epoch():
        torch.set_num_threads(threads)
        for i in range(0, ROWS, batch):
            optimizer.zero_grad()
            batch_loss(x[i : i + batch], y[i : i + batch]).backward()
            optimizer.step()

    def check():
        model.eval()
        with torch.no_grad():
            after = loss_of(x, y).item()
        model.train()
        assert after < before, f"{shape['case']}: the loss did not fall, {before} to {after}"

    return Prepared(epoch, check)


def tasks():
    sides = {
        "PyTorch eager, 1 thread": {"threads": 1},
        f"PyTorch eager, {THREADS} threads (its default)": {"threads": THREADS},
        "PyTorch fused Adam, 1 thread": {"threads": 1, "fused": True},
    }
    if shutil.which("c++") is not None:  # torch.compile writes C++
        sides["PyTorch torch.compile, fused Adam, 1 thread"] = {"threads": 1, "fused": True, "compiled": True}
    return [
        Task(side, shape["case"], "us", lambda shape=shape, how=how: prepare(shape, **how), units=ROWS // shape["batch"])
        for shape in SHAPES
        for side, how in sides.items()
    ]
