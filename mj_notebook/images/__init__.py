"""From bytes to pictures and back: reading, fitting, masks, small pictures, saving; no protocol.

Nothing is imported here, since Pillow loads on first use.
"""
