namespace Foreman.Kubernetes.Behaviour.Tests.Reading;

public sealed class LabelSelectorTests
{
    /// <summary>Gadgets with app=x, app=y, app=x and tier=front, and none.</summary>
    private static async Task<Func<string, Task<string>>> SelectAsync(Workspace at)
    {
        await at.CreateAsync("a", metadata: """{"labels":{"app":"x"}}""");
        await at.CreateAsync("b", metadata: """{"labels":{"app":"y"}}""");
        await at.CreateAsync("c", metadata: """{"labels":{"app":"x","tier":"front"}}""");
        await at.CreateAsync("d");
        return async selector => string.Join(' ', (await at.ListAsync(new() { LabelSelector = selector })).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Labels_are_selected_by_equality(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var select = await SelectAsync(at);
        Assert.Equal("a c", await select(Selectors.Equal("app", "x")));
        Assert.Equal("a c", await select("app==x"));
        Assert.Equal("c", await select(Selectors.All(Selectors.Equal("app", "x"), Selectors.Equal("tier", "front"))));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Inequality_selects_objects_without_the_label_too(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal("b d", await (await SelectAsync(at))(Selectors.NotEqual("app", "x")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Labels_are_selected_by_presence_and_absence(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var select = await SelectAsync(at);
        Assert.Equal("a b c", await select(Selectors.Exists("app")));
        Assert.Equal("d", await select("!app"));
        Assert.Equal("a b", await select("app,!tier"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Labels_are_selected_by_sets_of_values(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var select = await SelectAsync(at);
        Assert.Equal("a b c", await select("app in (x, y)"));
        Assert.Equal("b d", await select("app notin (x)"));
        Assert.Equal("b", await select("app in (x,y),app notin (x)"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_empty_value_selects_the_empty_label_only(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("empty", metadata: """{"labels":{"app":""}}""");
        Assert.Equal("empty", await (await SelectAsync(at))("app="));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Labels_with_numbers_are_selected_by_order(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("two", metadata: """{"labels":{"size":"2"}}""");
        await at.CreateAsync("ten", metadata: """{"labels":{"size":"10"}}""");
        await at.CreateAsync("none");
        Assert.Equal(["ten"], (await at.ListAsync(new() { LabelSelector = "size>5" })).Names());
        Assert.Equal(["two"], (await at.ListAsync(new() { LabelSelector = "size<5" })).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_label_selector_that_can_not_be_read_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var selector in new[] { "app in x", "=x", "app in (x", "a b", "app=x y", "-a=b" })
        {
            var refusal = await Workspace.RefusedAsync(() => at.ListAsync(new() { LabelSelector = selector }));
            Assert.Equal((selector, 400, "BadRequest"), (selector, refusal.Kind().Code, refusal.Kind().Reason));
        }
    }
}
