"""Encoders: from observations to features."""

from rllte.xploit.encoder.identity_encoder import IdentityEncoder
from rllte.xploit.encoder.mnih_cnn_encoder import MnihCnnEncoder
from rllte.xploit.encoder.vanilla_mlp_encoder import VanillaMlpEncoder

__all__ = ["IdentityEncoder", "MnihCnnEncoder", "VanillaMlpEncoder"]
