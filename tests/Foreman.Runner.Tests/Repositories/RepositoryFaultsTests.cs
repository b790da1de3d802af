using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Repositories;

namespace Foreman.Runner.Tests.Repositories;

public sealed class RepositoryFaultsTests
{
    [Theory]
    [InlineData(GitFault.Unreachable, true)]
    [InlineData(GitFault.Timeout, true)]
    [InlineData(GitFault.NotInstalled, true)]
    [InlineData(GitFault.DiskFull, true)]
    [InlineData(GitFault.Corrupt, true)]
    [InlineData(GitFault.AuthUnavailable, false)]
    [InlineData(GitFault.NotFound, false)]
    [InlineData(GitFault.Conflict, false)]
    [InlineData(GitFault.NotAllowed, false)]
    public void What_another_host_or_moment_may_do_is_given_back_and_the_rest_ends_the_task(GitFault fault, bool isGivenBack) =>
        Assert.Equal(isGivenBack, RepositoryFaults.ReasonOf(fault).IsInfrastructure());

    [Fact]
    public void Missing_credentials_are_told_as_such() => Assert.Equal(FailureReason.AuthUnavailable, RepositoryFaults.Ended(new GitException(GitFault.AuthUnavailable, "no")).Reason);
}
