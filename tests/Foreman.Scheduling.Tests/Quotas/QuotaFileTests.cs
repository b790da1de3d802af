using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Quotas;

public class QuotaFileTests
{
    [Fact]
    public void Entries_are_read_with_their_defaults()
    {
        var read = QuotaFile.Parse("""
            # Two teams.
            - {namespace: team-a, weight: 3, tokensPerWindow: 1e6, secondsPerWindow: 7200, windowHours: 5, maxRunning: 2}
            - namespace: team-a
              queue: nightly
              maxRunning: 0
            """);

        Assert.Empty(read.Errors);
        Assert.Equal(
            [
                new() { Namespace = "team-a", Weight = 3, TokensPerWindow = 1_000_000, SecondsPerWindow = 7200, WindowHours = 5, MaxRunning = 2 },
                new() { Namespace = "team-a", Queue = "nightly", MaxRunning = 0, WindowHours = 24 },
            ],
            read.Quotas.All);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var quotas = new QuotaSet(
        [
            new() { Namespace = "team-a", Weight = 3, TokensPerWindow = 1L << 40, SecondsPerWindow = 0, WindowHours = 5, MaxRunning = 2 },
            new() { Namespace = "123", Queue = "true", MaxRunning = 0 },
            new() { Namespace = "null", Queue = "1.5", Weight = 1 },
            new() { Role = AgentRole.Reviewer, MaxRunning = 3 },
            new() { Namespace = "team-a", Queue = "nightly", Role = AgentRole.Coder, SecondsPerWindow = 60 },
        ]);

        var read = QuotaFile.Parse(QuotaFile.Text(quotas));

        Assert.Empty(read.Errors);
        Assert.Equal(quotas.All.AsEnumerable(), read.Quotas.All.AsEnumerable());
        Assert.Equal("- {namespace: \"123\", queue: \"true\", maxRunning: 0}", QuotaFile.Text(quotas).Split('\n')[1]);
        Assert.Equal("", QuotaFile.Text(QuotaSet.None));
    }

    [Fact]
    public void Roles_are_limited_everywhere_in_a_namespace_or_in_a_queue()
    {
        var read = QuotaFile.Parse("""
            - {role: reviewer, maxRunning: 3}
            - {namespace: team-a, role: reviewer, maxRunning: 2}
            - {namespace: team-a, queue: nightly, role: coder, tokensPerWindow: 5}
            - {namespace: team-a, maxRunning: 9}
            """);

        Assert.Empty(read.Errors);
        Assert.Equal(
            [
                new() { Role = AgentRole.Reviewer, MaxRunning = 3 },
                new() { Namespace = "team-a", Role = AgentRole.Reviewer, MaxRunning = 2 },
                new() { Namespace = "team-a", Queue = "nightly", Role = AgentRole.Coder, TokensPerWindow = 5 },
                new() { Namespace = "team-a", MaxRunning = 9 },
            ],
            read.Quotas.All);
        Assert.Equal(
            ["role reviewer", "role reviewer of namespace team-a", "role coder of queue nightly of namespace team-a", "namespace team-a"],
            read.Quotas.All.Select(q => q.Owner));
    }

    [Fact]
    public void Errors_of_roles_are_told_by_entry_and_field()
    {
        var read = QuotaFile.Parse("""
            - {role: writer, maxRunning: 3}
            - {role: coder, weight: 2}
            - {role: coder, queue: nightly, maxRunning: 1}
            - {namespace: a, role: planner, maxRunning: 1}
            - {namespace: a, role: planner, maxRunning: 2}
            - {role: [coder], maxRunning: 1}
            """);

        Assert.Equal(
            [
                "entry 1: role: writer is not one of coder, verifier, reviewer, planner",
                "entry 2 (role coder): weight: it has no effect on a role: shares are those of queues",
                "entry 3 (role coder): namespace: it is missing: a queue too is named within its namespace",
                "entry 5 (a, role planner): entry 4 is of role planner of namespace a already; put both into one",
                "entry 6: role: [\"coder\"] is no text; write it in quotes",
            ],
            read.Errors);
        Assert.Equal("role planner of namespace a", Assert.Single(read.Quotas.All).Owner);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("[]")]
    public void A_file_without_entries_has_no_quotas(string text) => Assert.Equal((0, 0), (QuotaFile.Parse(text).Quotas.All.Length, QuotaFile.Parse(text).Errors.Length));

    [Fact]
    public void All_errors_are_told_at_once_by_entry_and_field_and_good_entries_stay()
    {
        var read = QuotaFile.Parse("""
            - {namespace: Team_A, weight: 0, tokens: 5}
            - {namespace: good, maxRunning: 1}
            - {queue: nightly, maxRunning: -1}
            - {namespace: 7, tokensPerWindow: 1.5, windowHours: 745}
            - {namespace: good, weight: 2}
            - {namespace: idle}
            - {namespace: odd, windowHours: 3, maxRunning: 1}
            - text
            """);

        Assert.Equal(
            [
                "entry 1: namespace: Team_A is not the name of a namespace",
                "entry 1: tokens: there is no such field; there are namespace, queue, role, weight, tokensPerWindow, secondsPerWindow, windowHours, maxRunning",
                "entry 1: weight: 0 is not a whole number from 1 to 1000",
                "entry 3: namespace: it is missing: a queue too is named within its namespace",
                "entry 3: maxRunning: -1 is not a whole number from 0 to 1000000",
                "entry 4: namespace: 7 is no text; write it in quotes",
                "entry 4: tokensPerWindow: 1.5 is not a whole number from 0 to 1099511627776",
                "entry 4: windowHours: 745 is not a whole number from 1 to 744",
                "entry 5 (good): entry 2 is of namespace good already; put both into one",
                "entry 6 (idle): it neither weighs nor limits anything; give it weight, tokensPerWindow, secondsPerWindow or maxRunning",
                "entry 7 (odd): windowHours: it has no effect without tokensPerWindow or secondsPerWindow",
                "entry 8: it is no map of fields, such as {namespace: team-a, maxRunning: 2}",
            ],
            read.Errors);
        Assert.Equal("good", Assert.Single(read.Quotas.All).Namespace);
        Assert.EndsWith("; and 2 more", read.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [", "quotas.yaml is no YAML")]
    [InlineData("namespace: team-a", "quotas.yaml is no list")]
    [InlineData("- {namespace: a, queue: '', weight: 1}", "entry 1 (a): queue: an empty text is not the value of a label")]
    [InlineData("- {namespace: a, weight: }", "entry 1 (a): weight: nothing is not a whole number from 1 to 1000")]
    [InlineData("- {namespace: a, weight: [\"\\e[31m\"]}", "entry 1 (a): weight: ")]
    [InlineData("- {namespace: a, tokensPerWindow: 1e300}", "entry 1 (a): tokensPerWindow: 1E+300 is not")]
    [InlineData("- &a [*a]", "quotas.yaml is no YAML")]
    public void A_wrong_text_is_told(string text, string error)
    {
        var told = Assert.Single(QuotaFile.Parse(text).Errors);

        Assert.StartsWith(error, told, StringComparison.Ordinal);
        Assert.DoesNotContain(told, char.IsControl);
    }

    [Fact]
    public void More_entries_than_the_bound_are_refused() =>
        Assert.Contains("1001 entries; 1000 are allowed", Assert.Single(QuotaFile.Parse(string.Concat(Enumerable.Range(0, 1001).Select(i => $"- {{namespace: n{i}, weight: 1}}\n"))).Errors), StringComparison.Ordinal);

    [Fact]
    public void A_config_map_without_the_key_is_an_error_and_none_at_all_is_not()
    {
        Assert.Empty(QuotaFile.Read(null).Errors);
        Assert.Equal("the key quotas.yaml is missing", Assert.Single(QuotaFile.Read(new V1ConfigMap { Data = new Dictionary<string, string> { ["quota.yaml"] = "" } }).Errors));
    }

    // Whatever a file holds, it is read or told about.
    [Fact]
    public void No_text_throws()
    {
        string[] pieces = ["- ", "namespace: ", "a", "{", "}", "[", "]", "\n", "  ", ": ", "weight: 2", "1e9999", "\"", "&x ", "*x", "---\n", "\0", "maxRunning: 1", "~", "💥"];
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.DoesNotContain(QuotaFile.Parse(text).Errors, e => e.Length == 0);
        }
    }
}
