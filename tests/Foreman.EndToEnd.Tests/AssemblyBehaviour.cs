using Foreman.EndToEnd.Tests.Fleet;

// Each test starts servers and processes of its own and mostly waits for them; more at once would wait for each other.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
[assembly: AssemblyFixture(typeof(FleetClusters))]
