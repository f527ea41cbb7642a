"""Pictures, videos and cameras in; tables, pictures and videos out."""
