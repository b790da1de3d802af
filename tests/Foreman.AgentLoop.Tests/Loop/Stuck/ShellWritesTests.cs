using Foreman.AgentLoop.Loop.Stuck;

namespace Foreman.AgentLoop.Tests.Loop.Stuck;

public sealed class ShellWritesTests
{
    [Theory]
    [InlineData("echo a > f.txt", true)]
    [InlineData("cat a >>b", true)]
    [InlineData("sed -i 's/a/b/' f.c", true)]
    [InlineData("cd src && mv a b", true)]
    [InlineData("printf x | tee out.txt", true)]
    [InlineData("git apply fix.patch", true)]
    [InlineData("for f in *; do rm $f; done", true)]
    [InlineData("tar xzf a.tgz", true)]
    [InlineData("find . -name '*.o' | xargs rm", true)]
    [InlineData("make test", false)]
    [InlineData("grep -r 'a > b' src", false)]
    [InlineData("ls -la 2>/dev/null", false)]
    [InlineData("pytest -q 2>&1 | tail -5", false)]
    [InlineData("git status", false)]
    [InlineData("echo \"x -> y => z\"", false)]
    [InlineData("sed -n 1,20p f.c", false)]
    [InlineData("tar tf a.tgz", false)]
    [InlineData("cat rm.txt", false)]
    public void A_command_that_writes_is_known_by_its_shape(string command, bool writes) => Assert.Equal(writes, ShellWrites.LooksLikeWrite(command));
}
