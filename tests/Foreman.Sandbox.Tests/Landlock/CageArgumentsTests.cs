using Foreman.Sandbox.Landlock;

namespace Foreman.Sandbox.Tests.Landlock;

public class CageArgumentsTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        var arguments = new CageArguments
        {
            Workspace = "/w with blank",
            Readable = ["/opt/a", "/opt/--"],
            MaxTemporaryBytes = 1L << 40,
            MaxProcesses = 7,
            MaxVersion = 3,
            Command = ["/bin/sh", "-c", "--", "x"],
        };

        var read = CageArguments.Parse(arguments.Format());

        Assert.Equal(arguments.Format(), read.Format());
        Assert.Equal(arguments.Command, read.Command);
        Assert.Equal(arguments.Readable, read.Readable);
    }

    [Theory]
    [InlineData("the command is missing: it follows --", "--workspace", "/w")]
    [InlineData("--workspace is missing", "--", "/bin/true")]
    [InlineData("there is no command after --", "--workspace", "/w", "--")]
    [InlineData("--workspace w is no absolute path", "--workspace", "w", "--", "/bin/true")]
    [InlineData("--processes 0 is no whole number from 1", "--processes", "0", "--", "/bin/true")]
    [InlineData("--read has no value", "--read")]
    [InlineData("--what is not known", "--what", "1", "--", "/bin/true")]
    public void What_is_wrong_is_told(string message, params string[] arguments)
    {
        Assert.Equal(message, Assert.Throws<CageException>(() => CageArguments.Parse(arguments)).Message);
    }
}
