using Foreman.Api;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>What is put together from answers that demands share is what each clause says of the demand itself.</summary>
public sealed class DemandPartProperties
{
    private const int Fleets = 60;

    [Fact]
    public void The_numbers_of_each_pair_are_those_of_its_violations()
    {
        var (pairs, failing) = (0, 0);
        for (var seed = 1; seed <= Fleets; seed++)
        {
            var cluster = new RandomFleet(seed).Cluster;
            var judge = new FleetJudge(FleetView.From(cluster, Given.Decide(cluster).State).All, cluster.Settings);
            foreach (var demand in Demands(cluster).SelectMany(Variants))
            {
                var misfits = judge.Misfits(demand);
                for (var host = 0; host < misfits.Length; host++)
                {
                    var expected = NumbersOf(judge.Violations(demand, host));
                    Assert.Equal(expected, misfits[host]);
                    Assert.Equal(expected.All == 0, judge.Fits(demand, host));
                    (pairs, failing) = (pairs + 1, failing + (expected.All == 0 ? 0 : 1));
                }
            }
        }

        Assert.True(failing > 1000 && pairs - failing > 100, $"{failing} of {pairs} pairs fail a clause");
    }

    private static HostMisfit NumbersOf(IReadOnlyList<ConstraintViolation> violations)
    {
        ConstraintViolation[] lasting = [.. violations.Where(v => !v.Temporary)];
        return new(
            lasting.Length,
            violations.Count,
            violations.Sum(v => v.Gap),
            violations.Count == 0 ? null : violations[0].Summary,
            lasting.Length > 0 && lasting.All(v => v.Reason is not null) ? lasting[0].Reason : null);
    }

    private static IEnumerable<Demand> Demands(ClusterSnapshot cluster)
    {
        var (agents, servers, lists) = (new AgentIndex(cluster.Agents, cluster.Settings), new FixedServers(cluster), new DemandLists());
        return cluster.Tasks.Select(t => lists.Share(DemandReader.Read(t, agents.Of(t), servers.Find(t, agents.Of(t))))).Distinct();
    }

    // Each differs in one field, so that an answer that was shared with a demand of another part would be found.
    private static IEnumerable<Demand> Variants(Demand demand)
    {
        yield return demand;
        yield return demand with { Namespace = "other" };
        yield return demand with { WantedModel = demand.WantedModel is null ? "tiny" : null };
        yield return demand with { NeedsVision = !demand.NeedsVision };
        yield return demand with { NeedsTools = !demand.NeedsTools };
        yield return demand with { AsksNoModel = !demand.AsksNoModel };
        yield return demand with { NeedsWorkspace = !demand.NeedsWorkspace };
        yield return demand with { MustHostKnowServer = !demand.MustHostKnowServer };
        yield return demand with { FixedServer = demand.FixedServer is null ? new PromisedModel { Name = "qwen", Url = "http://elsewhere:8080", ToolCalls = ToolCallForm.None } : null };
        yield return demand with { Placement = demand.Placement is null ? Placement.Operator : null };
        yield return demand with { Placement = Placement.Job, FolderHost = "" };
        yield return demand with { Placement = Placement.Job, CommandTools = [KnownTools.Bash] };
        yield return demand with { Agent = Given.Agent("runner", s => s with { Execution = new() { Mode = ExecutionMode.Job } }), CommandTools = [KnownTools.Bash] };
        yield return demand with { CommandTools = demand.CommandTools.Count == 0 ? [KnownTools.Bash] : [] };
        yield return demand with { FolderHost = demand.FolderHost is null ? "" : null };
        yield return demand with { HostFiles = [new("elsewhere", "t", "out.txt")] };
        yield return With(demand, c => c with { Accelerator = RequiredAccelerator.Cuda });
        yield return With(demand, c => c with { MinAcceleratorMemoryGB = (c.MinAcceleratorMemoryGB ?? 0) + 16 });
        yield return With(demand, c => c with { MinRAMGB = (c.MinRAMGB ?? 0) + 24 });
        yield return With(demand, c => c with { MinContextTokens = (c.MinContextTokens ?? 0) + 16_384 });
        yield return With(demand, c => c with { MinTokensPerSecond = (c.MinTokensPerSecond ?? 0) + 30 });
        yield return With(demand, c => c with { RequiresModelInstalled = c.RequiresModelInstalled != true });
        yield return With(demand, c => c with { Roles = ["gpu"] });
        yield return With(demand, c => c with { NodeSelector = new Dictionary<string, string> { ["zone"] = "far" } });
    }

    private static Demand With(Demand demand, Func<RequiredCapability, RequiredCapability> change) => demand with { Capability = change(demand.Capability) };
}
