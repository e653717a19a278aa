"""A real `mongod` and a real broker as child processes, for machines where neither is installed.

They come as wheels, listen on the loopback interface only, keep what they write in one folder and
end with the process that started them, however that ends.
"""
