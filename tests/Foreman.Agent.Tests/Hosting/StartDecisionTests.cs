using System.Net;
using Foreman.Agent.Hosting;
using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Agent.Tests.Hosting;

public class StartDecisionTests
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private static readonly Uri Host = new("https://10.0.0.1:6443");

    [Theory]
    [InlineData(UnreachableReason.Refused)]
    [InlineData(UnreachableReason.NameNotFound)]
    [InlineData(UnreachableReason.Timeout)]
    public void A_server_that_cannot_be_reached_is_waited_for_and_then_left_to_the_service_manager(UnreachableReason reason)
    {
        var failure = new KubernetesUnreachableException(Host, reason, "nothing listens there");

        Assert.Null(Stop(failure, StartTimeout / 2));
        var stop = Stop(failure, StartTimeout)!;
        Assert.Equal(75, stop.ExitCode);
        Assert.Contains("https://10.0.0.1:6443", stop.Message, StringComparison.Ordinal);
        Assert.Contains("--start-timeout", stop.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnreachableReason.Tls)]
    [InlineData(UnreachableReason.NotKubernetes)]
    public void The_wrong_server_is_bad_configuration_at_once(UnreachableReason reason) =>
        Assert.Equal(78, Stop(new KubernetesUnreachableException(Host, reason, "not trusted"), TimeSpan.Zero)!.ExitCode);

    [Fact]
    public void A_wrong_token_is_bad_configuration_and_the_message_says_how_to_get_another()
    {
        var stop = Stop(Refused(HttpStatusCode.Unauthorized), TimeSpan.Zero)!;

        Assert.Equal(78, stop.ExitCode);
        Assert.Contains("foreman-operator enroll here", stop.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_rights_may_still_be_given()
    {
        Assert.Null(Stop(Refused(HttpStatusCode.Forbidden), TimeSpan.Zero));
        Assert.Equal(78, Stop(Refused(HttpStatusCode.Forbidden), StartTimeout)!.ExitCode);
    }

    [Fact]
    public void An_overloaded_server_is_waited_for()
    {
        Assert.Null(Stop(Refused(HttpStatusCode.ServiceUnavailable), TimeSpan.Zero));
        Assert.Equal(75, Stop(Refused(HttpStatusCode.ServiceUnavailable), StartTimeout)!.ExitCode);
    }

    [Fact]
    public void Credentials_and_rights_are_asked_about_every_half_minute_at_most()
    {
        Assert.True(ApiErrors.RetryDelay(Refused(HttpStatusCode.Forbidden), 1, 0) >= TimeSpan.FromSeconds(30));
        Assert.True(ApiErrors.RetryDelay(Refused(HttpStatusCode.Unauthorized), 1, 0) >= TimeSpan.FromSeconds(30));
        Assert.True(ApiErrors.RetryDelay(Refused(HttpStatusCode.InternalServerError), 1, 0) < TimeSpan.FromSeconds(2));
    }

    private static ExitException? Stop(Exception e, TimeSpan elapsed) => StartDecision.Stop(e, elapsed, StartTimeout, "here");

    private static KubernetesException Refused(HttpStatusCode code) => new(new V1Status { Message = "no" }, code, "GET /x");
}
