"""The independent services. Each owns its database; they meet only in Kafka and in `shared`."""
