"""What goes wrong with kernels, disks, lines and servers: nothing lost, nothing paid twice."""
