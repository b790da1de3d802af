using Foreman.Api;
using Foreman.Agent.Draining;
using Foreman.Agent.Hosting;

namespace Foreman.Agent.Tests.Draining;

public class AcceptanceTests
{
    private static readonly DateTimeOffset Now = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);
    private static readonly HostFacts Open = new(null, null, null, null);

    [Fact]
    public void A_host_with_nothing_against_it_takes_work() => Assert.Empty(Acceptance.Refusals(Open, Now));

    [Fact]
    public void Every_reason_is_told()
    {
        var full = Acceptance.Disk([("/work", 5)], null, Now);

        var refusals = Acceptance.Refusals(Open with { RequestedDrain = new NodeDrain(), Disk = full }, Now);

        Assert.Equal(["Draining", "DiskPressure"], refusals.Select(r => r.Reason));
        Assert.Equal("less than 128 MiB are free in /work: make room", refusals[1].Message);
    }

    [Fact]
    [Trait("Kind", "12")]
    public void Missing_rights_are_a_reason_to_take_no_work()
    {
        var facts = Open with { Rights = new([], new NotAccepting { Reason = Reasons.MissingRights, Message = "grant it" }, ["grant it"]) };
        Assert.Equal("grant it", Assert.Single(Acceptance.Refusals(facts, Now)).Message);
    }

    [Fact]
    public void A_disk_stays_full_since_when_it_was_first_seen()
    {
        var first = Acceptance.Disk([("/work", 5)], null, Now);

        Assert.Equal(Now, Acceptance.Disk([("/work", 5)], first, Now.AddHours(1))!.Since);
        Assert.Null(Acceptance.Disk([("/work", Acceptance.NeededBytes)], first, Now.AddHours(1)));
    }

    [Fact]
    public void The_earlier_deadline_holds()
    {
        var stopping = Open with { Stopping = Acceptance.Stopping(Now, TimeSpan.FromMinutes(10)) };
        var asked = new NodeDrain { Deadline = Now.AddMinutes(3) };

        Assert.Null(DrainDeadline.Of(Open, TimeSpan.FromMinutes(10)));
        Assert.Null(DrainDeadline.Of(Open with { RequestedDrain = new NodeDrain() }, TimeSpan.FromMinutes(10)));
        Assert.Equal(Now.AddMinutes(10), DrainDeadline.Of(stopping, TimeSpan.FromMinutes(10)));
        Assert.Equal(Now.AddMinutes(3), DrainDeadline.Of(stopping with { RequestedDrain = asked }, TimeSpan.FromMinutes(10)));
    }
}
