namespace Foreman.Api.Tests.AgenticTasks;

public sealed class JobNamesTests
{
    private const string Uid = "0A1b2c3d-4e5f-6789-abcd-ef0123456789";

    [Fact]
    public void O5_Two_attempts_of_a_task_have_two_names_with_its_uid()
    {
        Assert.Equal("fm-0a1b2c3d4e-3", JobNames.Of(Uid, 3));
        Assert.Equal("fm-0a1b2c3d4e-4", JobNames.Of(Uid, 4));
    }

    [Fact]
    public void The_longest_name_fits_a_label() => Assert.InRange(JobNames.Of(Uid, long.MaxValue).Length, 1, 63);
}
