require('commander');require('lmdb');
