"""Encoders: from observations to features."""

from rllte.xploit.encoder.espeholt_residual_encoder import EspeholtResidualEncoder
from rllte.xploit.encoder.identity_encoder import IdentityEncoder
from rllte.xploit.encoder.image_encoder import ImageEncoder
from rllte.xploit.encoder.mnih_cnn_encoder import MnihCnnEncoder
from rllte.xploit.encoder.pathak_cnn_encoder import PathakCnnEncoder
from rllte.xploit.encoder.raffin_combined_encoder import RaffinCombinedEncoder
from rllte.xploit.encoder.select import encoder_for
from rllte.xploit.encoder.select_image import image_encoder_for
from rllte.xploit.encoder.tassa_cnn_encoder import TassaCnnEncoder
from rllte.xploit.encoder.vanilla_mlp_encoder import VanillaMlpEncoder

__all__ = [
    "EspeholtResidualEncoder",
    "IdentityEncoder",
    "ImageEncoder",
    "MnihCnnEncoder",
    "PathakCnnEncoder",
    "RaffinCombinedEncoder",
    "TassaCnnEncoder",
    "VanillaMlpEncoder",
    "encoder_for",
    "image_encoder_for",
]
