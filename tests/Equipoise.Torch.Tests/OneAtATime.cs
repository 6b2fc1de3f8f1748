// Counting live tensors and setting threads are matters of the whole process: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
