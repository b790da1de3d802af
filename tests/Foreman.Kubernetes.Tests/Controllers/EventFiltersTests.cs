namespace Foreman.Kubernetes.Tests;

public sealed class EventFiltersTests
{
    [Theory]
    [InlineData(1L, 2L, true)]
    [InlineData(2L, 2L, false)]
    [InlineData(null, null, true)]
    [InlineData(null, 1L, true)]
    public void A_modification_counts_when_the_generation_changed(long? before, long? after, bool counts) =>
        Assert.Equal(counts, EventFilters.GenerationChanged(new ResourceEvent<Widget>(ResourceEventType.Modified, Generation(after), Generation(before))));

    [Theory]
    [InlineData(ResourceEventType.Added)]
    [InlineData(ResourceEventType.Deleted)]
    public void Additions_and_deletions_always_pass(ResourceEventType type) =>
        Assert.True(EventFilters.GenerationChanged(new ResourceEvent<Widget>(type, Generation(1))));

    private static Widget Generation(long? generation) => new() { Metadata = new() { Name = "a", Generation = generation } };
}
