"""What more than one service uses: the event contract, the write path, the consumer, the edges."""
