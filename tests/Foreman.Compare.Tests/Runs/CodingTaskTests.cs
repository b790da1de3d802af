using Foreman.Compare.Runs;
using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.Compare.Tests.Runs;

public sealed class CodingTaskTests
{
    public static TheoryData<string> Ids => [.. CodingTask.All().Select(t => t.Id)];

    [Fact]
    public void There_are_thirty_tasks_in_five_languages_and_each_is_planned()
    {
        var tasks = CodingTask.All();

        Assert.Equal(30, tasks.Count);
        Assert.Equal(["c", "node", "perl", "python", "shell"], tasks.Select(t => t.Language).Distinct().Order(StringComparer.Ordinal));
        Assert.All(tasks, t => Assert.True(t.Plan().Steps.Count > 2, t.Id));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_check_fails_before_the_work_and_passes_after_the_right_one(string id)
    {
        var (cage, why) = await Cages.FindAsync(Cages.OfHost(), TimeProvider.System, CancellationToken.None);
        Assert.SkipWhen(cage is null, $"this host has no sandbox: {why}");
        var task = CodingTask.All().Single(t => t.Id == id);
        var program = task.Language switch { "c" => "cc", "python" => "python3", "shell" => "sh", var name => name };
        Assert.SkipUnless(File.Exists($"/usr/bin/{program}") || File.Exists($"/usr/local/bin/{program}"), $"there is no {program} here");
        using var folder = new TempFolder();
        var (begun, solved) = (folder["begun"], folder["solved"]);

        await Trial.PrepareAsync(task, begun, cage!, CancellationToken.None);
        await Trial.PrepareAsync(task, solved, cage!, CancellationToken.None);
        task.CopySolutionTo(solved);

        Assert.DoesNotContain(Directory.EnumerateFiles(begun, "*", SearchOption.AllDirectories), f => Path.GetFileName(f) is "check.sh" or "plan.txt");
        Assert.False(await Trial.PassesAsync(task, begun, cage!, CancellationToken.None));
        Assert.True(await Trial.PassesAsync(task, solved, cage!, CancellationToken.None));
    }
}
