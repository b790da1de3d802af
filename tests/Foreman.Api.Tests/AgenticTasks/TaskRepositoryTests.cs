namespace Foreman.Api.Tests.AgenticTasks;

public class TaskRepositoryTests
{
    [Theory]
    [InlineData("/srv/repo", true)]
    [InlineData("./repo", true)]
    [InlineData("file:///srv/repo", true)]
    [InlineData("FILE://box/srv/repo", true)]
    [InlineData("o/r", false)]
    [InlineData("https://git.example/o/r", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Paths_and_file_addresses_are_folders(string? repo, bool isFolder) => Assert.Equal(isFolder, TaskRepository.IsFolder(repo));
}
