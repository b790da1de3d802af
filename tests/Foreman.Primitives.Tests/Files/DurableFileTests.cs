using Foreman.Testing;

namespace Foreman.Primitives.Tests.Files;

/// <summary>Files that are whole or not there.</summary>
public sealed class DurableFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_written_and_replaced_and_nothing_else_is_left()
    {
        DurableFile.Write(_folder["a"], "one"u8);
        DurableFile.Write(_folder["a"], "two"u8);

        Assert.Equal("two", File.ReadAllText(_folder["a"]));
        Assert.Equal([_folder["a"]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_write_that_fails_leaves_what_was_there()
    {
        DurableFile.Write(_folder["a"], "one"u8);

        Assert.ThrowsAny<IOException>(() => DurableFile.Write(_folder["none/c"], "two"u8));

        Assert.Equal("one", File.ReadAllText(_folder["a"]));
        Assert.Equal([_folder["a"]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Space_that_is_set_aside_is_given_back_with_the_file()
    {
        DurableFile.Reserve(_folder["a"], 4096);

        Assert.True(File.Exists(_folder["a"]));
        File.Delete(_folder["a"]);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }
}
