using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Workloads.Tests.Intake;

namespace Foreman.Workloads.Tests.Properties;

/// <summary>What holds whatever people, forges and runs do, and whenever the operator dies.</summary>
public class IntakeProperties
{
    private const int Worlds = 200;
    private const int Steps = 60;

    [Fact]
    public void Rooms_are_kept_each_issue_has_one_Workload_and_counts_add_up()
    {
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var random = new Random(seed);
            var most = random.Next(1, 5);
            var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = most, Lanes = [new() { Label = "large", MaxInProgress = 1 }] }))
            {
                DiesWith = random.Next(1, 200),
            };
            var (completed, failed) = (0, 0);
            for (var step = 0; step < Steps; step++)
            {
                Disturb(world, random);
                world.Poll(random.Next(1, 4));
                Assert.True(world.Children.Count(c => !IntakeChild.HasEnded(c)) <= most, $"seed {seed}, step {step}: more than {most} at once");
                Assert.True(world.Children.Count(c => !IntakeChild.HasEnded(c) && IntakeChild.LaneLabelOf(c) == "large") <= 1, $"seed {seed}, step {step}: more than one of the lane");
                Assert.Equal(world.Children.Count, world.Children.Select(c => c.Spec.Issues![0]).Distinct().Count());
                Assert.True(world.Intake.Completed >= completed && world.Intake.Failed >= failed, $"seed {seed}, step {step}: counts shrink");
                (completed, failed) = (world.Intake.Completed ?? 0, world.Intake.Failed ?? 0);
            }

            Assert.Equal(world.Made.Count, completed + failed + world.Children.Count(c => world.Intake.Counted?.Contains(c.Uid()) != true));
        }
    }

    [Fact]
    public void The_order_of_what_is_known_changes_nothing()
    {
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var random = new Random(seed);
            var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 3 }));
            for (var step = 0; step < 10; step++)
            {
                Disturb(world, random);
                world.Poll();
            }

            Disturb(world, random);
            var snapshot = world.Snapshot();
            var other = snapshot with
            {
                Children = [.. snapshot.Children.Reverse()],
                Listing = snapshot.Listing! with { Issues = [.. snapshot.Listing!.Issues.Reverse()] },
                PullRequests = [.. snapshot.PullRequests!.Reverse()],
            };

            Assert.Equal(Told(IntakeEngine.Decide(snapshot, world.Now)), Told(IntakeEngine.Decide(other, world.Now)));
        }
    }

    private static void Disturb(IntakeWorld world, Random random)
    {
        var issue = random.Next(1, 12);
        switch (random.Next(8))
        {
            case 0 or 1 when !world.Issues.ContainsKey(issue) && !world.Closed.ContainsKey(issue):
                world.With(issue);
                if (random.Next(2) == 0)
                {
                    world.Issues[issue].Add("large");
                }

                break;
            case 2 when world.HasChild(issue):
                world.End(issue, random.Next(2) == 0 ? WorkloadPhase.Failed : WorkloadPhase.Completed);
                break;
            case 3 when world.Issues.ContainsKey(issue):
                world.Close(issue);
                break;
            case 4 when world.Issues.TryGetValue(issue, out var labels):
                labels.Remove(IntakeMarks.Failed);
                break;
            case 5 when world.Closed.Remove(issue, out var before):
                world.Issues[issue] = before;
                break;
            case 6 when random.Next(2) == 0:
                world.Pulls.Add(new(100 + world.Pulls.Count, $"foreman/other/issue-{issue}", "", ""));
                break;
            case 6:
                world.Change(s => s with { Suspend = s.Suspend is null ? true : null });
                break;
            default:
                world.Work();
                break;
        }
    }

    private static string Told(IntakeDecision decision) => string.Join('\n',
    [
        .. decision.Creates.Select(c => $"create {c.Name()}"),
        .. decision.Changes.Select(c => $"{c.GetType().Name} {c.Child.Name()}"),
        .. decision.Marks.Select(m => $"{m.Issue} {m.Add} {m.Remove} {m.Text}"),
        .. decision.Deletes.Select(d => $"delete {d.Name()}"),
        System.Text.Json.JsonSerializer.Serialize(new Workload { Status = decision.Status }, Workload.TypeInfo),
    ]);
}
