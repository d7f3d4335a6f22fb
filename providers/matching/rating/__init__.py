"""The enterprise rates the finished work; the office reads it, the provider may answer."""
