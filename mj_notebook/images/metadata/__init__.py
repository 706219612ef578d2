"""What a picture file tells about itself: written into it and read back, pixels untouched."""
