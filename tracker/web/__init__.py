"""HTTP in, one service call, HTML, JSON, CSV or Markdown out."""
