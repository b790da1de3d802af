namespace Foreman.Jobs.Tests.Naming;

public sealed class JobNamesTests
{
    [Fact]
    public void O5_Two_attempts_of_a_task_have_two_names_with_its_uid()
    {
        Assert.Equal("fm-0a1b2c3d4e-3", JobNames.Of(Given.Uid, 3));
        Assert.Equal("fm-0a1b2c3d4e-4", JobNames.Of(Given.Uid, 4));
    }

    [Fact]
    public void The_longest_name_fits_a_label() => Assert.InRange(JobNames.Of(Given.Uid, long.MaxValue).Length, 1, 63);
}
