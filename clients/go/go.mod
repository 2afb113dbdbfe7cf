module stuntkey

go 1.19
