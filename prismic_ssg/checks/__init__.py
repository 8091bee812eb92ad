"""What is wrong with a site: checks over values, each giving findings. Pure."""
