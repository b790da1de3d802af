using System.Reflection;

namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>What holds of the suite as a whole.</summary>
public sealed class SuiteTests
{
    private const int Fewest = 120;

    private static readonly MethodInfo[] Behaviours =
        [.. typeof(SuiteTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(KubeApiServerAttribute), inherit: false))];

    [Fact]
    public void There_are_at_least_120_behaviours_on_both_servers() =>
        Assert.True(
            Behaviours.Count(method => method.IsDefined(typeof(DevClusterAttribute), inherit: false)) >= Fewest,
            $"{Behaviours.Length} behaviours, {Behaviours.Count(method => method.IsDefined(typeof(DevClusterAttribute), inherit: false))} of them on both servers");

    [Fact]
    public void Every_behaviour_has_a_name_of_its_own() =>
        Assert.Empty(Behaviours.GroupBy(method => method.Name).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void What_the_dev_cluster_lacks_says_why() =>
        Assert.All(Behaviours, method => Assert.NotEqual(method.IsDefined(typeof(DevClusterAttribute), inherit: false), method.IsDefined(typeof(NotOnDevClusterAttribute), inherit: false)));

    [Fact]
    public void The_reference_lists_exactly_what_the_dev_cluster_lacks()
    {
        var lacking = Behaviours
            .Where(method => method.GetCustomAttribute<NotOnDevClusterAttribute>() is not null)
            .Select(method => $"| {method.Name.Replace('_', ' ')} | {method.GetCustomAttribute<NotOnDevClusterAttribute>()!.Reason} |")
            .Order(StringComparer.Ordinal);
        Assert.Equal(lacking, Rows(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "reference", "dev-cluster.md"))));
    }

    /// <summary>The rows of the table below the heading about behaviours.</summary>
    private static IEnumerable<string> Rows(string document)
    {
        var from = document.IndexOf("## Behaviours that only kube-apiserver has", StringComparison.Ordinal);
        Assert.True(from >= 0, "docs/reference/dev-cluster.md lacks its section about behaviours");
        var section = document[from..];
        var end = section.IndexOf("\n## ", StringComparison.Ordinal);
        return (end < 0 ? section : section[..end]).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(line => line.TrimEnd()).Order(StringComparer.Ordinal);
    }
}
