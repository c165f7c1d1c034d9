"""Layer 2, the exploring half: distributions now; augmentations and intrinsic rewards join them."""
