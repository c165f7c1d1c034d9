"""Augmentations: change observations, keep what they mean."""

from rllte.xplore.augmentation.gaussian_noise import GaussianNoise
from rllte.xplore.augmentation.grayscale import GrayScale
from rllte.xplore.augmentation.identity import Identity
from rllte.xplore.augmentation.random_amplitude_scaling import RandomAmplitudeScaling
from rllte.xplore.augmentation.random_colorjitter import RandomColorJitter
from rllte.xplore.augmentation.random_convolution import RandomConvolution
from rllte.xplore.augmentation.random_crop import RandomCrop
from rllte.xplore.augmentation.random_cutout import RandomCutout
from rllte.xplore.augmentation.random_cutoutcolor import RandomCutoutColor
from rllte.xplore.augmentation.random_flip import RandomFlip
from rllte.xplore.augmentation.random_rotate import RandomRotate
from rllte.xplore.augmentation.random_shift import RandomShift
from rllte.xplore.augmentation.random_translate import RandomTranslate

__all__ = [
    "GaussianNoise",
    "GrayScale",
    "Identity",
    "RandomAmplitudeScaling",
    "RandomColorJitter",
    "RandomConvolution",
    "RandomCrop",
    "RandomCutout",
    "RandomCutoutColor",
    "RandomFlip",
    "RandomRotate",
    "RandomShift",
    "RandomTranslate",
]
