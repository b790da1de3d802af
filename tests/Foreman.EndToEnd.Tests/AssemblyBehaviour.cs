// Each test starts a whole fleet; several at once on a small machine would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
