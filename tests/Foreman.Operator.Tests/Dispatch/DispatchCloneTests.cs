using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Dispatch;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchCloneTests
{
    [Fact]
    public async Task A_commit_that_was_made_on_another_machine_is_told()
    {
        using var folder = new TempFolder();
        var clone = await GitFolder.InitAsync(folder["clone"]);
        var elsewhere = DispatchEndTests.Done(new JsonObject());
        var here = elsewhere with { Status = elsewhere.Status with { CommitSHA = await clone.CommitAsync("first") } };
        var without = elsewhere with { Status = elsewhere.Status with { CommitSHA = null } };

        Assert.Empty(await LackingAsync(here, without));
        Assert.StartsWith(
            $"The commit 0123456789abcdef0123456789abcdef01234567 of task t is not in {clone.Path}: host box made it",
            Assert.Single(await LackingAsync(here, elsewhere)),
            StringComparison.Ordinal);

        Task<IReadOnlyList<string>> LackingAsync(params AgenticTask[] tasks) =>
            DispatchClone.LackingAsync(clone.Path, tasks, TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
