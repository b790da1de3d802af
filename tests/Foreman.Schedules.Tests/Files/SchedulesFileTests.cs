using Foreman.Testing;

namespace Foreman.Schedules.Tests.Files;

/// <summary>The file on the disk.</summary>
public sealed class SchedulesFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_is_not_there_is_null_and_its_folder_is_made()
    {
        var file = new SchedulesFile(_folder["below/schedules.json"]);

        using var held = file.Lock();

        Assert.Null(file.Read(10));
        file.Write("12345"u8);
        Assert.Equal("12345"u8.ToArray(), file.Read(10));
        Assert.Throws<IOException>(() => file.Read(4));
    }

    [Fact]
    public void One_process_has_it_at_a_time()
    {
        var file = new SchedulesFile(_folder["schedules.json"]);
        using (file.Lock())
        {
            Assert.ThrowsAny<IOException>(() => file.Lock());
        }

        file.Lock().Dispose();
    }
}
