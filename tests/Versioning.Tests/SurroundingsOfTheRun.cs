using NUnit.Framework;

namespace Versioning.Tests;

/// <summary>Tests run outside the checkout that they were built from: a commit asks git about the current folder, thousands of times.</summary>
[SetUpFixture]
public sealed class SurroundingsOfTheRun
{
    private string _before = "", _folder = "";

    [OneTimeSetUp]
    public void Leave()
    {
        _before = Environment.CurrentDirectory;
        _folder = Directory.CreateTempSubdirectory("versioning-tests-here-").FullName;
        Environment.CurrentDirectory = _folder;
    }

    [OneTimeTearDown]
    public void Return()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_folder);
    }
}
