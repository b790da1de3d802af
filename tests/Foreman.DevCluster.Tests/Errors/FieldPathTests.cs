using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Errors;

[Trait("Kind", "14")]
public sealed class FieldPathTests
{
    [Fact]
    public void A_path_is_written_as_in_the_api_servers_messages() =>
        Assert.Equal(("", "spec.list[2].name", "[0].op"), (FieldPath.Root.ToString(), FieldPath.Root.Field("spec").Field("list").Item(2).Field("name").ToString(), FieldPath.Root.Item(0).Field("op").ToString()));

    [Fact]
    public void A_long_path_is_cut()
    {
        var deep = Enumerable.Range(0, 5_000).Aggregate(FieldPath.Root, (path, _) => path.Field("step"));
        Assert.InRange(deep.ToString().Length, 1_000, 1_100);
        Assert.InRange(FieldPath.Root.Field(Hostile.Times("k", 1_000_000)).Field("x").ToString().Length, 1_000, 1_100);
    }
}
