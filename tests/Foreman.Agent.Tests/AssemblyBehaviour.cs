// Most tests wait for processes of their own: several at a time end sooner, also on two cores.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
