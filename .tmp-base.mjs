import 'commander'; import 'lmdb';
