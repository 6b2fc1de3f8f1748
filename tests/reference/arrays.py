"""The safetensors format: the header's length in eight bytes, a JSON header, then the elements, little-endian."""

import json
import struct

import numpy
import torch

KINDS = {"F32": numpy.float32, "F64": numpy.float64, "I64": numpy.int64, "U8": numpy.uint8, "BOOL": numpy.bool_}


def read(path):
    """All tensors of a file by name."""
    with open(path, "rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        array = numpy.frombuffer(data[begin:end], KINDS[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(array.copy())
    return tensors


def write(path, tensors):
    """Writes tensors by name."""
    header, parts, at = {}, [], 0
    for name, tensor in tensors.items():
        array = numpy.ascontiguousarray(tensor.detach().numpy())
        kind = next(code for code, kind in KINDS.items() if kind == array.dtype)
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [at, at + array.nbytes]}
        parts.append(array.tobytes())
        at += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))
