"""What the README claims about speed, reproducible, each with its verdict on correctness."""
