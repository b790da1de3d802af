// Tests here wait more than they work: several at a time end sooner, also on two cores.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
