"""The data side of the papers' programs: in every epoch each wav is read and transformed, each JPEG opened, cropped and normalised.

Arguments: a folder with NAME.wav and NAME.jpg, the samples of an epoch, the batch size, the workers.
"""
import glob
import os
import sys
import wave

import numpy
import torch
import torchvision.transforms as transforms
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from turns import serve


class Clips(Dataset):
    """A log-magnitude spectrogram (1, 257, 188) of three seconds at 22050 Hz and one picture (3, 224, 224)."""

    def __init__(self, folder, samples):
        self.wavs = sorted(glob.glob(os.path.join(folder, "*.wav")))
        self.samples = samples
        self.window = torch.hann_window(512)
        self.picture = transforms.Compose([
            transforms.RandomResizedCrop(224),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ])

    def __len__(self):
        return self.samples

    def __getitem__(self, index):
        path = self.wavs[index % len(self.wavs)]
        with wave.open(path) as file:
            sound = numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype("float32") / 32768
        sound = torch.from_numpy(numpy.resize(sound, 66150)).clamp_(-1, 1)
        spectrum = torch.stft(sound, 512, 353, window=self.window, return_complex=True).abs().add_(1e-7).log_()
        return spectrum.unsqueeze(0), self.picture(Image.open(path[:-4] + ".jpg").convert("RGB")), index % 6


def main():
    folder, samples, batch, workers = sys.argv[1], *map(int, sys.argv[2:5])
    torch.set_num_threads(1)  # As torch does inside workers; without workers the two cores are the loader's own.
    loader = DataLoader(Clips(folder, samples), batch, shuffle=True, num_workers=workers, persistent_workers=workers > 0)

    def epoch():
        for sound, picture, label in loader:
            pass

    serve({"epoch": epoch})


if __name__ == "__main__":
    main()
