using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Matching;

public class RepositoryClausesTests
{
    /// <summary>A repository, whether the host takes folders, and whether it gets the task.</summary>
    public static TheoryData<string?, bool?, bool> Repositories => new()
    {
        { null, null, true },
        { "o/r", null, true },
        { "https://git.example/o/r", null, true },
        { "/srv/clone", null, false },
        { "/srv/clone", false, false },
        { "/srv/clone", true, true },
        { "file:///srv/clone", null, false },
        { "file:///srv/clone", true, true },
        { "file://box/srv/clone", true, true },
        { "file://BOX/srv/clone", true, true },
        { "file://attic/srv/clone", true, false },
    };

    [Theory]
    [MemberData(nameof(Repositories))]
    public void A_folder_goes_to_its_host_and_only_where_folders_are_taken(string? repo, bool? takes, bool matches) =>
        Assert.Equal(matches, RepositoryClauses.Local(Context(Node(takes), repo)) is null);

    [Fact]
    public void What_is_missing_is_said_with_what_to_do()
    {
        Assert.Equal(
            new ConstraintViolation(
                "without local repositories",
                "the repository is a folder, and the agent of a takes no folders from tasks",
                new AllowLocalRepositories("a")),
            RepositoryClauses.Local(Context(Node(null), "/srv/clone")));
        Assert.Equal("start foreman-agent on a with --allow-local-repos, if every task may read and write what it can", RepositoryClauses.Local(Context(Node(null), "/srv/clone"))?.Fix);
        Assert.Equal(
            new ConstraintViolation("on other machines", "the repository is a folder of attic, and a is on box", new Elsewhere("start foreman-agent on attic with --allow-local-repos")),
            RepositoryClauses.Local(Context(Node(true), "file://attic/srv/clone")));
    }

    [Fact]
    public void A_task_on_a_folder_waits_for_an_agent_that_takes_it()
    {
        var task = Given.Task("t").With(s => s with { Payload = s.Payload with { Repo = "file://box/srv/clone" } });

        var waiting = Given.Decide(Given.Cluster([Node(null)], task)).Write("t").Scheduled();
        var placed = Given.Decide(Given.Cluster([Node(null), Node(true, "b")], task)).Write("t");

        Assert.Equal((Conditions.False, Reasons.NoMatchingNode), (waiting.Status, waiting.Reason));
        Assert.StartsWith("0 of 1 nodes match: 1 without local repositories. Nearest is a:", waiting.Message, StringComparison.Ordinal);
        Assert.Equal("b", placed.After.Status.AssignedNode);
    }

    private static FleetNode Node(bool? takes, string name = "a")
    {
        var node = Given.Node(name);
        return node with
        {
            Status = node.Status! with
            {
                Instance = new() { Host = "box" },
                Capability = node.Status.Capability! with { LocalRepositories = takes, Sandbox = new() { Mode = SandboxMode.Full } },
            },
        };
    }

    private static MatchContext Context(FleetNode node, string? repo) => new(
        DemandReader.Read(Given.Task("t").With(s => s with { Payload = s.Payload with { Repo = repo } }), null, new FixedServers.Answer(null, null)),
        new NodeView(node, NodeLiveness.Live, null, null),
        PlacementRegistry.Default);
}
