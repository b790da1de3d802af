namespace Foreman.Jobs.Tests.Building;

public sealed class ResourceMergeTests
{
    [Fact]
    public void J32_Defaults_stand_where_nothing_is_said()
    {
        var merged = ResourceMerge.OverDefaults(JobResources.Task, JobResources.None);
        Assert.Equal(JobResources.Task.Requests, merged.Requests);
        Assert.Equal(JobResources.Task.Limits, merged.Limits);
    }

    [Fact]
    public void Defaults_give_way_to_what_is_said()
    {
        var merged = ResourceMerge.OverDefaults(JobResources.Task, JobResources.Of([new("cpu", "4"), new("gpu", "1")], [new("memory", "1Gi")]));
        Assert.Equal(("4", "1", "1Gi"), (merged.Requests["cpu"], merged.Requests["gpu"], merged.Requests["memory"]));
        Assert.Equal(("4", "1Gi", "20Gi"), (merged.Limits["cpu"], merged.Limits["memory"], merged.Limits["ephemeral-storage"]));
        Assert.Empty(ResourceMerge.Problems(merged));
    }

    [Fact]
    public void O14_What_is_said_last_counts_each_resource_by_itself()
    {
        var merged = ResourceMerge.Union(JobResources.Of([new("cpu", "1"), new("memory", "1Gi")], []), JobResources.Of([new("cpu", "2")], []));
        Assert.Equal(("2", "1Gi"), (merged.Requests["cpu"], merged.Requests["memory"]));
    }

    [Fact]
    public void J37_What_can_not_be_is_told() => Assert.Equal(
        [
            "requests.cpu \"much\" is not a quantity, such as 500m, 2 or 4Gi",
            "limits.memory 1Gi is below requests.memory 2Gi; raise the one or lower the other",
        ],
        ResourceMerge.Problems(JobResources.Of([new("cpu", "much"), new("memory", "2Gi")], [new("cpu", "1"), new("memory", "1Gi")])));
}
